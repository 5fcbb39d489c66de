"""The pages of reports. GET changes nothing."""
