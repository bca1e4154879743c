"""The screens: one that stays, and dialogs that answer."""
