"""What carries out of the house: e-mail by SMTP or into the tray, calls over HTTP."""
