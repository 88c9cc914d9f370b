"""The live panel: WebSocket, HTTP and webhooks before one desk, a page, and a panel to embed."""
