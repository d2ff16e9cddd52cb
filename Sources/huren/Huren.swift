@main struct Huren { static func main() {} }
