internal import CallModel

extension NumberPlace {
    /// Takes the library's one text apart into city and region.
    ///
    /// | it says | city | region |
    /// |---|---|---|
    /// | "Chicago, IL", "Jinan, Shandong", "Barueri - SP" | before the comma or dash | after it |
    /// | "Illinois", in North America | – | its two letters, "IL" |
    /// | "Karlovy Vary Region", or where area codes are whole provinces ("Jalisco") | – | all of it |
    /// | anything else: "London", "Athens/Piraeus/Salamina" | all of it | – |
    init(_ finding: LibPhoneNumber.Finding, callingCode: Int) {
        self.init(lineType: finding.lineType)
        // The tables have a "`" in one place.
        guard let place = finding.place, place.contains(where: \.isLetter) else { return }
        if let (city, region) = Self.parts(of: place) {
            self.city = city
            self.region = region
        } else if callingCode == 1 {
            if place == "Washington D.C." { city = "Washington" }
            region = Provinces.letters(of: place)
            if region == nil { city = place }
        } else if Self.isRegion(place) || Self.codesOfProvinces.contains(callingCode) {
            region = place
        } else {
            city = place
        }
    }

    /// Nil where it is one place, or a list of several.
    private static func parts(of place: String) -> (city: String, region: String)? {
        let commas = place.split(separator: ", ")
        if commas.count == 2 { return (String(commas[0]), String(commas[1])) }
        // Brazil; elsewhere a dash is part of a name.
        let dashes = place.split(separator: " - ")
        guard dashes.count == 2, dashes[1].utf8.count == 2 else { return nil }
        return (String(dashes[0]), String(dashes[1]))
    }

    private static func isRegion(_ place: String) -> Bool {
        let words = place.split(separator: " ")
        guard words.count > 1, let first = words.first, let last = words.last else { return false }
        return first == "Republic"
            || ["canton", "county", "department", "departments", "district", "province", "provinces", "region", "regions", "republic", "state", "zone", "zones"].contains(
                last.lowercased())
    }

    /// Countries whose area codes, where they name no town, name a province, state or county: Spain, Norway, Peru, Mexico, Argentina, Brazil,
    /// Chile, Venezuela, Japan, South Korea, China, Turkey, Iran, Croatia, Ecuador.
    private static let codesOfProvinces: Set<Int> = [34, 47, 51, 52, 54, 55, 56, 58, 81, 82, 86, 90, 98, 385, 593]
}
