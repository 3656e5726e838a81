"""Running a flow: pure, without clock, database, network or chance."""
