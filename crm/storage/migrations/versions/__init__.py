"""The revisions, in order. One that was released is never edited; the next one follows it."""
