/**
 * Tables ({@code meta.k8s.io/v1 Table}), which is what {@code kubectl get} prints.
 *
 * <pre>
 *  additionalPrinterColumns of a CRD ──┐
 *  built-in columns of a core kind  ───┴─&gt; TableColumns ── rows(objects, now) ──&gt; Table (JSON)
 *                                             └ JsonPath finds a cell's value, Age turns a time into "3d4h"
 * </pre>
 *
 * <p>Pure: what time it is comes in as an argument.
 */
@NullMarked
package io.doksnap.apiserver.table;

import org.jspecify.annotations.NullMarked;
