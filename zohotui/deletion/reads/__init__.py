"""Reading from Zoho with patience: in the org of the run and no other, several reads at once."""
