import HTTPTypes
import Hummingbird

/// How people come in: pages that are shown before it is known who asks. Nothing of anybody is on them.
struct EntryPages {
  private let frame: PageFrame
  /// Where whoever signs in goes on.
  let target: PagePath?
  private var l: PageLanguage { frame.language }

  init(_ request: Request) {
    var frame = PageFrame(request, session: nil)
    // Behind a form that was sent there is no other address to come back to; a code in one was good once.
    if frame.path.hasPrefix("/launch/") { frame.path = "/" }
    self.frame = frame
    target = request.uri.queryParameters["to"].flatMap { PagePath(page: String($0)) }
  }

  /// - Parameters:
  ///   - error: what was wrong with the last attempt.
  ///   - name: that was typed then.
  func signIn(error: String? = nil, name: String = "", status: HTTPResponse.Status = .ok) -> Page {
    Page(frame, l("登录", "Sign in"), status: status) {
      if let error { notice(error, isError: true) }
      open(target.map { PagePath("sign-in").asking("to", $0.text) } ?? PagePath("sign-in")) {
        Field(name: "name", label: l("用户名", "Name"), value: name, completes: "username").html
        Field(name: "password", label: l("密码", "Password"), type: "password", completes: "current-password").html
        Field(
          name: "code", label: l("动态验证码", "Code of the authenticator"), completes: "one-time-code",
          hint: l("验证器应用显示的六位数字", "The six digits that your authenticator shows"), mode: "numeric"
        ).html
        submit(l("登录", "Sign in"))
      }
      tag("p") { link(PagePath("enrol"), l("首次登录：用一次性代码设置密码", "First time: set a password with your one-time code")) }
    }
  }

  func enrol(error: String? = nil, name: String = "", status: HTTPResponse.Status = .ok) -> Page {
    Page(frame, l("设置密码", "Set a password"), status: status) {
      if let error { notice(error, isError: true) }
      open(PagePath("enrol")) {
        Field(name: "name", label: l("用户名", "Name"), value: name, completes: "username").html
        Field(
          name: "code", label: l("一次性代码", "One-time code"), completes: "one-time-code",
          hint: l("由管理员提供，72 小时内有效", "From your operator, good for 72 hours")
        ).html
        Field(
          name: "password", label: l("新密码", "New password"), type: "password", completes: "new-password",
          hint: l("12 至 256 个字符，不能与用户名相同", "12 to 256 characters, and not your name")
        ).html
        submit(l("设置", "Set"))
      }
      tag("p") { link(PagePath("sign-in"), l("已有密码：登录", "You have one: sign in")) }
    }
  }

  /// - Parameter totp: shown this once.
  func enrolled(_ totp: OneTimePassword, _ name: String) -> Page {
    let address = totp.address(for: name)
    return Page(frame, l("添加验证器", "Add to your authenticator")) {
      notice(l("密码已设置。此页只显示一次。", "The password is set. This page is shown once."))
      tag(
        "p",
        text: l(
          "用验证器应用扫描二维码，或手动输入密钥。登录时需要它显示的六位数字。",
          "Scan this with an authenticator app, or type the key into it. You sign in with the six digits it shows."))
      if let code = QRCode(address) { code.picture(l("供验证器应用扫描的二维码", "QR code for an authenticator app")) }
      tag("dl", .class("facts")) {
        tag("dt", text: l("密钥", "Key"))
        tag("dd") { tag("code", text: totp.base32.grouped) }
        tag("dt", text: l("类型", "Kind"))
        tag("dd", text: "TOTP, SHA-1, 6, 30 s")
      }
      tag("p") { link(PagePath("sign-in"), l("登录", "Sign in")) }
    }
  }

  /// The session that an address opened, and the way on. A redirect would not do: a browser sends no cookie of `SameSite=Strict` along a
  /// way that began at another site.
  func launched(_ secret: Secret) -> Response {
    var response = onward(PagePath("")).response
    response.headers.append(HTTPField(name: .setCookie, value: SessionAuthentication.setCookie(secret)))
    return response
  }

  /// A page that leads on by itself.
  func onward(_ path: PagePath) -> Page {
    var page = Page(frame, l("打开页面", "Opening the page")) {
      tag("p") { link(path, l("继续", "Go on")) }
    }
    page.leadsTo = path
    return page
  }

  /// A form of nobody yet: a browser says itself whether another site has it send this (`Sec-Fetch-Site`).
  private func open(_ path: PagePath, @HTMLBuilder content: () -> HTML) -> HTML {
    tag("form", .init("method", "post"), .init("action", path.text), .class("card"), content: content)
  }
}

extension String {
  /// In fours, as it is typed.
  fileprivate var grouped: String {
    var result = ""
    for (place, character) in enumerated() {
      if place > 0, place % 4 == 0 { result += " " }
      result.append(character)
    }
    return result
  }
}
