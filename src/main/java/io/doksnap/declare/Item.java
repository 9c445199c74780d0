package io.doksnap.declare;

/** One of a list that may hold both texts and settings. */
sealed interface Item permits Section, Section.Text {
    Place place();
}
