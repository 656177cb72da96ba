"""Cards kept at a processor: what is known of them and what is asked of whoever charges them."""
