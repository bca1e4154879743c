"""Settings, profiles and secrets: what is on the disk, and what the environment says."""
