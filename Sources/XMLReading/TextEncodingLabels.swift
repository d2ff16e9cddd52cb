/// The labels of encodings, by their letters and digits in lower case.
enum TextEncodingLabels {
  static let known: [String: TextEncoding] = {
    var table: [String: TextEncoding] = [:]
    for (encoding, labels) in groups { for label in labels.split(separator: " ") { table[String(label)] = encoding } }
    // ISO 8859-1 and -9 are windows-1252 and -1254 in the wild, -11 is windows-874; ISO 8859-12 does not exist.
    for part in [2, 3, 4, 5, 6, 7, 8, 10, 13, 14, 15, 16] {
      let encoding = TextEncoding("ISO-8859-\(part)", .single, isLatin: part == 15)
      for label in ["iso8859\(part)", "8859\(part)", "isoir\(registration[part] ?? 0)"] { table[label] = encoding }
    }
    for page in 1250...1258 where page != 1252 {
      let encoding = TextEncoding("windows-\(page)", .single, table: "CP\(page)")
      for label in ["windows\(page)", "cp\(page)", "xcp\(page)", "win\(page)", "ms\(page)"] { table[label] = encoding }
    }
    return table
  }()

  /// Numbers of ISO's register of character sets, as HL7 and DICOM write them.
  private static let registration = [
    2: 101, 3: 109, 4: 110, 5: 144, 6: 127, 7: 126, 8: 138, 10: 157, 13: 179, 15: 203, 16: 226,
  ]

  private static let groups: [(TextEncoding, String)] = [
    // What is declared in single bytes is not in wider ones: a label left over from another program.
    (
      .utf8,
      """
      utf8 unicodeutf8 unicode11utf8 unicode20utf8 xunicode20utf8 csutf8 isoir192 unicode utf16 utf16le utf16be ucs2 iso10646ucs2 \
      unicodeutf16 unicodeutf32 utf32 ascii usascii isoir6 iso646us iso646irv ansix341968
      """
    ),
    (
      .gb18030,
      """
      gb18030 gb180302000 gb180302005 gb180302022 gbk xgbk cp936 ms936 windows936 gb2312 gb231280 gb23121980 csgb2312 euccn eucgb \
      gb chinese isoir58 iso2022ir58 csiso58gb231280 cp54936
      """
    ),
    (
      TextEncoding("Big5", .pairs, table: "BIG5-HKSCS"),
      "big5 big5hkscs big5eten cnbig5 xxbig5 csbig5 cp950 ms950 windows950"
    ),
    (TextEncoding("EUC-TW", .extendedUnix), "euctw cns11643 cns116431992 cseuctw"),
    (
      TextEncoding("Shift_JIS", .shiftJIS, table: "CP932"),
      "shiftjis sjis xsjis cp932 ms932 windows31j windows932 csshiftjis mskanji isoir13"
    ),
    (TextEncoding("EUC-JP", .extendedUnix, table: "EUC-JP-MS"), "eucjp xeucjp ujis cseucpkdfmtjapanese"),
    (
      TextEncoding("ISO-2022-JP", .escaped, table: "ISO-2022-JP-2"),
      "iso2022jp iso2022jp1 iso2022jp2 csiso2022jp jis isoir14 isoir87 isoir159 iso2022ir87 iso2022ir159 iso2022ir13"
    ),
    (
      TextEncoding("EUC-KR", .pairs, table: "UHC"),
      "euckr cp949 ms949 uhc windows949 korean ksc5601 ksc56011987 ksx1001 isoir149 iso2022ir149 cseuckr"
    ),
    (
      .windows1252,
      """
      iso88591 88591 latin1 l1 isoir100 iso2022ir100 csisolatin1 windows1252 cp1252 xcp1252 win1252 ms1252 cp819 ibm819 8859
      """
    ),
    (TextEncoding("ISO-8859-2", .single), "latin2 l2"),
    (TextEncoding("ISO-8859-15", .single, isLatin: true), "latin9 l9 latin0"),
    (
      TextEncoding("windows-1254", .single, table: "CP1254", isLatin: true),
      "iso88599 88599 latin5 isoir148"
    ),
    (TextEncoding("windows-874", .single, table: "CP874"), "tis620 iso885911 885911 isoir166 windows874 cp874"),
    (TextEncoding("KOI8-R", .single), "koi8r koi8 cskoi8r"),
    (TextEncoding("KOI8-U", .single), "koi8u koi8ru"),
    (TextEncoding("IBM866", .single, table: "CP866"), "ibm866 cp866 866"),
    (TextEncoding("IBM850", .single, table: "CP850"), "ibm850 cp850 850"),
    (TextEncoding("IBM437", .single, table: "CP437"), "ibm437 cp437 437"),
    (TextEncoding("macintosh", .single, table: "MACINTOSH"), "macintosh mac macroman xmacroman"),
    (TextEncoding("UTF-7", .unread), "utf7 unicode11utf7"),
    (TextEncoding("HZ", .unread), "hz hzgb2312"),
    (TextEncoding("EBCDIC", .unread), "ebcdic ibm037 cp037 ibm1047 cp1047 ibm500 cp500"),
  ]
}
