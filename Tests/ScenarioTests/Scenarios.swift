import Testing

/// The whole switch from outside: `dialplanctl serve`, real workers, sipp as the phones (Tests/Scenarios).
/// One after the other: they share the machine's two cores, and some of them measure.
@Suite(.serialized)
enum Scenarios {}
