"""What each kind of fact does to a case, by the part of the case it moves; the order of facts is kept in fold."""
