"""Whether all is still as it was taken in: objects, rows, events and the index, looked at again and again."""
