"""The widgets of the main screen; none of them knows a screen or the app."""
