"""Where each record is once a run is over: looked up, verified, brought back, compared."""
