internal import CallModel

extension ByteWriter {
    mutating func word(_ said: SaidWord) {
        text(said.id)
        time(said.at)
        text(said.by)
        let word = said.word
        optional(word.qualified) { $0.choice($1) }
        optional(word.tags) { $0.texts($1) }
        optional(word.note) { $0.text($1) }
        optional(word.value) { $0.text($1) }
        optional(word.currency) { $0.text($1) }
        optional(word.spam) { $0.flag($1) }
    }
}

extension ByteReader {
    mutating func word() throws(StorageError) -> SaidWord {
        var said = SaidWord(id: try text(), at: try time(), by: try text(), word: PersonsWord())
        said.word.qualified = try optional { reader throws(StorageError) in try reader.choice(PersonsWord.Judgement.self) }
        said.word.tags = try optional { reader throws(StorageError) in try reader.texts() }
        said.word.note = try optional { reader throws(StorageError) in try reader.text() }
        said.word.value = try optional { reader throws(StorageError) in try reader.text() }
        said.word.currency = try optional { reader throws(StorageError) in try reader.text() }
        said.word.spam = try optional { reader throws(StorageError) in try reader.flag() }
        return said
    }
}
