"""The first visit by a link: the introduction, shown once, and trying a campaign out."""
