/** What tests of a plugin use: a server without doors in the test's own JVM. */
package org.guildhall.testkit;
