"""What a run is played in: an org, a clock, the way between, and what is promised of any run."""
