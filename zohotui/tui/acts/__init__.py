"""What the commands do; each file acts for one kind of screen."""
