"""The app of the business: pages and their JSON, in the browser of whoever may see them."""
