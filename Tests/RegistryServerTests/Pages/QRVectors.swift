/// QR codes as PyPI's `qrcode` 8.2 writes them (byte mode, level M): each line of modules as a hexadecimal number, the first module the
/// highest of its digits.
enum QRVectors {
  struct Vector: Sendable {
    let text: String
    let mask: Int
    private let numbers: String

    init(_ text: String, _ mask: Int, _ numbers: String) {
      (self.text, self.mask, self.numbers) = (text, mask, numbers)
    }

    /// Of `0` and `1`.
    var lines: [String] {
      let words = numbers.split(whereSeparator: \.isWhitespace)
      return words.map { word in
        let bits = word.flatMap { digit in
          let value = digit.hexDigitValue ?? 0
          return (0..<4).map { value >> (3 - $0) & 1 == 1 ? "1" : "0" }
        }
        let text = bits.joined()
        return String(repeating: "0", count: max(0, words.count - text.count)) + text.suffix(words.count)
      }
    }
  }

  static let all = [
    Vector(
      "HUREN:B7NGFAQ9MXSSQ", 0,
      """
      1fc707f 105a341 174f35d 1749f5d 175905d 104da41 1fd557f de00 154b612 11b0388 d498c3 1237350 14d3d7 283b80
      10cb4ef 99dec2 10ee7f4 16516 1fc8b53 1046319 17511f9 174f81c 175f551 1041cb2 1fda7d7
      """),
    Vector(
      "HUREN:B7NGFAQ9MXSSQ", 1,
      """
      1fdda7f 1040941 175595d 174355d 1743a5d 1057041 1fd557f 7400 1461c25 1b1a922 7e3269 189d9fa be797d 82912a
      1a61e45 337468 1a44dfe 1cf1c 1fd2159 104c913 174bbf3 17452b6 1755ffb 104b618 1fd0d7d
      """),
    Vector(
      "HUREN:B7NGFAQ9MXSSQ", 2,
      """
      1fcb77f 1049b41 175345d 175a75d 175575d 105e241 1fd557f 1e600 17c717c 913b6b a55fdf a94bb3 6514cb 1a20363
      17d73f3 113e621 17f21f8 15d15 1fc4d5f 1055b1a 175d7f5 175c0ff 175324d 1042451 1fd60cb
      """),
    Vector(
      "HUREN:B7NGFAQ9MXSSQ", 3,
      """
      1fdb77f 1052d41 174ef5d 175a75d 174e15d 1043941 1fd557f 15000 16eaa4b 913b6b 1cce904 11b90de 6514cb cbb5b8
      cfa89e 113e621 1697f3 18718 1fd4d5f 105ed11 1740df8 175c0ff 1758496 104ff3c 1fd60cb
      """),
    Vector(
      "HUREN:B7NGFAQ9MXSSQ", 4,
      """
      1fd397f 1041541 174455d 175d65d 175d95d 1056c41 1fd557f 19700 117fff9 72b553 1bd2e18 1b13a74 869af3 1418d5b
      650234 b97e6 19caff0 1d31d 1fd3d58 1042b1d 17559fd 1744ec7 174438a 1045596 1fdeef3
      """),
    Vector(
      "HUREN:B7NGFAQ9MXSSQ", 5,
      """
      1fcda7f 1051941 175345d 175605d 174575d 1046041 1fd557f 16400 10571ce e0fc77 a55fdf 89c9bb be797d 182816b
      17d73f3 162213d 17f21f8 1df1d 1fc2159 104d912 174d7f5 17407e3 174324d 104a659 1fd0d7d
      """),
    Vector(
      "HUREN:B7NGFAQ9MXSSQ", 6,
      """
      1fdda7f 1051541 1757d5d 174605d 175735d 1040141 1fd557f 6800 13f3897 e0fc77 ec7b4d 91a83d be797d 1418d5b
      1ef3ad7 162213d 13605fa 1bf1b 1fd2159 105d512 1759ff1 17507e3 17416df 104c7df 1fd0d7d
      """),
    Vector(
      "HUREN:B7NGFAQ9MXSSQ", 7,
      """
      1fc707f 104ea41 174d75d 1749f5d 174d95d 105fe41 1fd557f 9700 12d92a0 11b0388 46d1e7 16a57c2 14d3d7 ba72a4
      145907d 99dec2 19caff0 14114 1fc8b53 1052b1d 17435fb 175f81c 174bc75 1043820 1fda7d7
      """),
    Vector(
      "01234567", 2,
      """
      1fc07f 104b41 17555d 17505d 17575d 105141 1fd57f 1f00 17c57c 192597 aeeec b0c34 be208 13d7 1fc560 1053c4
      175109 175914 175ea8 104424 1fde8a
      """),
    Vector(
      "otpauth://totp/Huren:clinician.one?secret=ABCDEFGHIJKLMNOPQR"
        + "STUVWXYZ234567&issuer=Huren&algorithm=SHA1&digits=6&period=30", 3,
      """
      1fd1fe43497f 1056e788da41 174d72e1325d 17523d84ab5d 1749bffc2f5d 1043f3140841 1fd55555557f 1cbb19ce00
      16ee03ff8b4b 18006500d98b 1d7c3a8a75a7 10bcbaec6ca9 1cf08fcae0e3 9cddfd08e0 ecf23abe9e8 192e120db14d
      62536e73e1 1e379a83a414 b481ef064be 1b14a7a403b1 1bfdfbfb0dfc 3132119e91d f503552855b 31be71c391b fff19f485fb
      4117a5d2ae4 a76df9dcb24 18e6af5c39e 45458a0b2fc c1e787386b9 1fcc19418482 1b913841e902 1bef6c5b0d09
      11a7c3d8fb8e 170659a6fcb f327d61bec9 135541f8edf0 14f31d1b18 1fdf5f570152 10554311711d 174f05fa51fe
      175a4163bcf9 175a4774af4e 104084639d79 1fd5e0e5cc7c
      """),
    Vector(
      "互认互认互认互认互认互认互认互认互认互认互认互认互认互认互认互认互认互认互认互认互认互认互认互认互认互认互认互认互认互认互认互认互认互认互认互认互认互认互认互认", 4,
      """
      1fddfe247492437f 10433eaa06b06b41 17495857585e8f5d 175d76b6fb6db55d 175582d7f4924e5d 105c6fab185e8441
      1fd555555555557f 1995d31b6db600 11725ebbf0d60df9 1f342878a4924934 1d7cc24ad94f966b 198b6850c7a178db
      3539b5822f42e6a f05a2c20c1ac12f 96a6ef6da7ca6fb ba4db30cd0bd21b 17eade39d4924944 1a820b8ad0bd128
      1f48020cd85e864d 5af6816c7a178da 1b4dadf020d60d4d 1f268b7e5d0bd330 94b0dc31b6db6eb a2643949d0bd312
      11e97951e4924b44 72f446b3d0bd1aa 1ac89a3d885e87cf 12a02cd6c3e53dd2 ff31eb9f49249f7 f1ca94b15835b10
      35a1ef75b6db75b f1673b514924912 9fb6949f0d60df4 189c56461492480a 13c3f17d13e53ccf a3c7714bb6db522
      45fda3ba2f42ea7 528ad4835835926 b625a31985e87c9 2b67f79f7a179da 10eebafeb2f42e19 126c0d714924824
      12fac50512f42cdd b3163a2bb6db71b 2702469a2f42ea5 13286c835835a28 156218ea785e85dd 18996103d7a178fa
      96f3c01b2f42edf 1b273f8a5c1ac164 7f8e7215a7ca7dd 1d3050b6d94f945b 1e703761f4924bf5 1396c915835918
      1fd228295492495d 1045534313e53f1a 1753b483f49249ff 1743bbc824924961 17442f7ef94f94da 1040d854285e8752
      1fdab4d164924a07
      """),
  ]
}
