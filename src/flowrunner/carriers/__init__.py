"""Outbound transports: e-mail by SMTP or into the mail tray, webhooks over HTTP."""
