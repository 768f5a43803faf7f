/** What this plugin adds to a CRM. */
@GuildhallPlugin(name = "${pluginName}", schema = 1)
package ${package};

import org.guildhall.api.GuildhallPlugin;
