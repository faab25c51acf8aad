"""Tables that people keep: reading xlsx, xls, ods and csv, finding the header, guessing what a column holds."""
