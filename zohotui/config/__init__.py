"""Settings, profiles and secrets: what lies on the disk, and what the environment says."""
