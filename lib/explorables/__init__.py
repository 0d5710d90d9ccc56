"""The book's explorables: one class each, alive with and without a kernel."""
