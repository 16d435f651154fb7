import NumberPlaces

extension PlaceBook {
    /// The one that all stages and commands of a process look numbers up in.
    static let ofProcess = PlaceBook()
}
