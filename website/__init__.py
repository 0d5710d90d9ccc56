"""What turns the chapters into the website: a Sphinx extension and the commands that run it."""
