"""What commands take and print: options, tables, trees."""
