"""Two web apps on two ports: the app of the business, and the public survey form."""
