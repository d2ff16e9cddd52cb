/// The words of the person index, for people. What has no word here is said as it is.
enum EvidenceWords {
  static func field(_ field: String, _ l: PageLanguage) -> String {
    if l == .en { return fieldsInEnglish[field] ?? field }
    return fields[field] ?? field
  }

  static func level(_ level: String, _ l: PageLanguage) -> String { l == .zh ? levels[level] ?? level : level }

  static func reason(_ reason: String, _ l: PageLanguage) -> String { l == .zh ? reasons[reason] ?? reason : reason }

  private static let fields = [
    "name": "姓名", "birthDate": "出生日期", "sex": "性别", "phone": "电话", "address": "地址", "healthCard": "健康卡",
    "residentID": "居民身份证", "givenName": "名", "surname": "姓", "streetNumber": "门牌号", "street": "街道",
    "locality": "地区", "suburb": "片区", "postcode": "邮编", "state": "省", "nationalNumber": "国家号码",
  ]

  private static let fieldsInEnglish = [
    "birthDate": "birth date", "healthCard": "health card", "residentID": "resident ID", "givenName": "given name",
    "streetNumber": "street number", "nationalNumber": "national number",
  ]

  private static let levels = [
    "equal": "相同", "variant": "异体", "homophone": "同音", "reading": "读音相同", "masked": "掩码相符", "near": "相近",
    "similar": "相似", "surnameOnly": "仅姓相同", "differs": "不同", "missing": "缺失", "partial": "部分相同",
    "swapped": "互换", "conflict": "冲突",
  ]

  private static let reasons = [
    "two different valid resident IDs": "两个不同的有效身份证号",
    "one number, but another person by all else: a lent card, or a number given twice": "号码相同而其他不同：借用证件，或号码重复",
    "the sex differs": "性别不同", "the birth dates differ by more than a slip": "出生日期差异超过笔误",
    "the names differ by more than a slip": "姓名差异超过笔误",
    "name and birth date are so common that other people have both": "姓名与出生日期常见，可能另有其人",
    "they may be brothers, sisters or twins: one surname and dwelling or telephone, another given name":
      "可能是兄弟姐妹或双胞胎：同姓、同住址或电话，名不同",
    "a newborn's label, which may be a brother's, a sister's or a twin's": "新生儿标签，可能是兄弟姐妹或双胞胎",
    "fits two people about as well": "与两人相符程度相近", "a human said that they are not one person": "已有人判定不是同一人",
    "other records of the two cannot be one person's": "两人的其他档案不可能属于同一人",
    "more forms of name and address than anybody has: perhaps a placeholder": "姓名与地址形式过多，可能是占位信息",
    "one number of the institution's own for two who seem to be different patients": "同一院内号对应似为不同的两名患者",
    "a message gives two valid resident IDs": "一条消息含两个有效身份证号",
  ]
}
