import Clinical
import Registry

/// What errors are called on pages. In English the words are those of the table; in Chinese they stand here.
enum ErrorWords {
  static func words(of row: ErrorRow, _ l: PageLanguage) -> String {
    l == .en ? english[row.code] ?? sentence(row.text.description) : chinese[row.code] ?? general(row.http)
  }

  static func title(of row: ErrorRow, _ l: PageLanguage) -> String {
    switch row.http {
    case 401: l("请登录", "Please sign in")
    case 403: l("无权访问", "Not allowed")
    case 404: l("没有此页", "Nothing here")
    case 429: l("请稍候", "Please wait")
    case 500...: l("暂时无法答复", "No answer just now")
    default: l("无法处理", "This cannot be done")
    }
  }

  private static func sentence(_ text: String) -> String { text.prefix(1).uppercased() + text.dropFirst() + "." }

  private static func general(_ status: Int) -> String {
    switch status {
    case 404: "没有找到。"
    case 403: "您的账户无权进行此操作。"
    case 409: "状态已改变，请刷新后重试。"
    case 500...: "服务暂时无法答复，请重试。"
    default: "请求无法处理，请检查所填内容。"
    }
  }

  /// Where the table speaks to programs.
  private static let english = [
    "not-authenticated": "Please sign in.",
    "form-token-needed": "This form has expired: go back, reload the page and send it again.",
    "reason-needed": "State a reason: it is kept and listed.",
    "ambiguous-person":
      "The number belongs to somebody with another name or birth date, or to several: check whose card it is.",
    "unknown-person": "No result is known here of a person with this number.",
    "no-route": "There is nothing at this address, or it is not open any more.",
  ]

  private static let chinese = [
    "not-authenticated": "请先登录。",
    "not-allowed": "您的角色无权访问此页。",
    "form-token-needed": "表单已过期：请返回并刷新页面后重新提交。",
    "sign-in-failed": "用户名、密码或验证码不正确，请重试。",
    "weak-password": "密码不符合要求：12 至 256 个字符，且不能与用户名相同。",
    "too-many": "尝试次数过多，请稍后再试。",
    "no-route": "此地址没有内容，或已失效。",
    "wrong-method": "此地址不支持这种访问方式。",
    "malformed": "请求无法读取，请检查所填内容。",
    "too-large": "内容过大。",
    "unsupported-media": "不支持此内容类型。",
    "reason-needed": "请填写理由：理由将被记录并列出。",
    "busy": "未能及时答复，不代表没有既往结果：请重试。",
    "unavailable": "服务正在启动或停止，请稍后再试。",
    "internal": "服务内部错误，已记录。",
    "unknown-person": "没有此号码的患者的检查检验结果。",
    "ambiguous-person": "号码与姓名、出生日期不一致，或对应不止一人：请核对证件。",
    "not-your-institution": "您的账户未登记此机构。",
    "institution-needed": "您的账户属于多个机构，请联系管理员。",
    "unknown-task": "没有此任务。", "closed-task": "此任务已有结论。",
    "disputed-already": "此报告已提出异议，正在处理。", "found-not-theirs": "此报告已认定不属于您。",
    "missing-reason": "请填写理由。",
  ]
}
