/// How common Chinese names are, as published; for a registry that has not counted its own.
enum ChineseNames {
  /// Hundredths of a percent of the twenty commonest surnames (Ministry of Public Security, 2007).
  private static let surnames: [(Character, Int)] = [
    ("王", 725), ("李", 719), ("张", 683), ("刘", 538), ("陈", 453), ("杨", 308), ("赵", 229), ("黄", 223), ("周", 212),
    ("吴", 205),
    ("徐", 167), ("孙", 154), ("胡", 131), ("朱", 126), ("高", 121), ("林", 118), ("何", 117), ("郭", 115), ("马", 115),
    ("罗", 95),
  ]
  /// Those of rank 21 to 100, in the order of the same list; their shares are taken to fall evenly, from 0.9 to 0.17 percent.
  private static let rarerSurnames =
    "梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文"

  /// The commonest full names (Ministry of Public Security, reports on names of 2007 to 2021): each of about one person in five
  /// thousand.
  private static let names =
    """
    张伟 王伟 王芳 李伟 李娜 张敏 李静 王静 刘伟 王秀英 张丽 李秀英 王丽 张静 张秀英 李强 王敏 李敏 王磊 刘洋 王艳 王勇 李军 张勇 李杰 张杰 张磊 王强 李娟 王军 张艳 \
    张涛 王涛 李艳 王超 李明 李勇 王娟 刘杰 刘敏 李霞 李丽 张军 王杰 张强 王秀兰 王刚 刘芳 王桂英 陈静 李桂英 张桂英 李秀兰 刘静 张秀兰 杨洋 王平 李刚 王玉兰 王鑫
    """

  /// Names of which nothing is published are taken to be one person's in fifty thousand, their sound that of one in ten thousand:
  /// rarer ones exist, but a wrong link costs more than a missed one.
  static let frequencies: TermFrequencies = {
    var names = FrequencyTable(total: 50_000)
    var readings = FrequencyTable(total: 10_000)
    var families = FrequencyTable(total: 10_000)
    for raw in Self.names.split(separator: " ") {
      guard let name = PersonName(String(raw)) else { continue }
      names.insert(StableHash.short(name.text), count: 10)
      // Others are written with other characters of the same sound: as many again.
      readings.insert(StableHash.short(name.pinyin), count: 4)
    }
    for (surname, share) in surnames { families.insert(StableHash.short(String(surname)), count: share) }
    for (place, surname) in rarerSurnames.enumerated() {
      families.insert(StableHash.short(String(surname)), count: 90 - 73 * place / (rarerSurnames.count - 1))
    }
    return TermFrequencies(names: names, pinyin: readings, surnames: families)
  }()
}
