#set($record = $recordName.substring(0, 1).toLowerCase() + $recordName.substring(1))
package ${package};

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertThrows;

import org.guildhall.api.Problem;
import org.guildhall.api.Values;
import org.guildhall.testkit.GuildhallRule;
import org.guildhall.testkit.Records;
import org.junit.Rule;
import org.junit.Test;

public class ${recordName}Test {
    @Rule
    public final GuildhallRule guildhall = new GuildhallRule();

    @Test
    public void itIsStored() {
        Records records = guildhall.administrator();
        Values made = records.create("${pluginName}.${record}", Values.of("name", "The first"));
        assertEquals("The first", records.read("${pluginName}.${record}", (Long) made.get("id")).get("name"));
    }

    @Test
    public void itNeedsAName() {
        Problem refused = assertThrows(
                Problem.class,
                () -> guildhall.administrator().create("${pluginName}.${record}", Values.of("name", null)));
        assertEquals("field.required", refused.findings().get(0).code());
    }
}
