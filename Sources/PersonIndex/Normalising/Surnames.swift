/// What is known of Chinese surnames: those of two characters, and characters that stand for one another in names.
enum Surnames {
  /// Compound surnames 复姓 in use.
  private static let compound: Set<String> = [
    "欧阳", "司马", "上官", "诸葛", "夏侯", "东方", "皇甫", "尉迟", "公孙", "慕容", "令狐", "司徒", "司空", "端木", "百里", "东郭", "南宫", "呼延",
    "轩辕", "宇文", "长孙", "鲜于", "闻人", "钟离", "澹台", "公冶", "宗政", "濮阳", "淳于", "单于", "太叔", "申屠", "独孤", "西门", "第五", "万俟",
    "拓跋", "赫连", "公羊", "完颜", "纳兰", "东门",
  ]

  /// Characters that registrars write for one another in the same person's name; the second stands for both.
  private static let variants: [Unicode.Scalar: Unicode.Scalar] = [
    "萧": "肖", "傅": "付", "阎": "闫", "戴": "代", "邱": "丘", "储": "褚", "蓝": "兰", "钟": "锺", "曲": "麴", "於": "于", "呂": "吕",
    "淼": "渺", "堃": "坤", "喆": "哲", "昇": "升", "珮": "佩", "崑": "昆", "峯": "峰", "羣": "群", "甯": "宁", "邨": "村", "勛": "勋",
    "彦": "彥",
  ]

  /// How many characters the surname of a Han name has; 0 for a name of one character.
  static func length(in name: [Unicode.Scalar]) -> Int {
    if name.count >= 3, compound.contains(String(scalars: name[..<2])) { return 2 }
    return name.count >= 2 ? 1 : 0
  }

  /// Whether characters are no more than a surname.
  static func isSurname(_ name: some Collection<Unicode.Scalar>) -> Bool {
    name.count == 1 || name.count == 2 && compound.contains(String(scalars: name))
  }

  /// The character that stands for all its variants.
  static func folded(_ scalar: Unicode.Scalar) -> Unicode.Scalar { variants[scalar] ?? scalar }
}
