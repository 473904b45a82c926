"""From words to a `ClientNeed`: needs, place, age, language, crisis."""
