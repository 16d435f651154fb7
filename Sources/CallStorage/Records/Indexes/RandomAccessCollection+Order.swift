extension RandomAccessCollection where Index == Int {
    /// Of elements in their order, the place of the first that is not before what is looked for; `endIndex` where all are.
    func firstPlace(_ isBefore: (Element) -> Bool) -> Int {
        var (low, high) = (startIndex, endIndex)
        while low < high {
            let middle = (low + high) / 2
            if isBefore(self[middle]) { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
