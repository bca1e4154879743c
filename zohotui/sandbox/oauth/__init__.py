"""The accounts host: tokens, grants and devices, each handler given a SignIn."""
