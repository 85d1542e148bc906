extension TransactionLayer {
    /// Gives back the tables' memory when nothing is remembered: they keep the size of the busiest moment otherwise.
    /// Does nothing while a transaction lives.
    public mutating func releaseMemory() {
        guard isIdle else { return }
        clients = [:]
        clientKeys = [:]
        clientsOnConnection = [:]
        servers = [:]
        serverIDs = [:]
        mergeIDs = [:]
        wheel = TimerWheel()
    }
}
