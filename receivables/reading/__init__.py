"""How a patient's reply is understood without any model: words, amounts and days; nothing is sent here."""
