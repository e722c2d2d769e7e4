"""Take files from people, keep them, let acts claim them, and give them to who may read them."""
