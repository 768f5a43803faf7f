#set($record = $recordName.substring(0, 1).toLowerCase() + $recordName.substring(1))
package ${package};

import javax.persistence.Entity;
import javax.validation.constraints.NotNull;
import javax.validation.constraints.Size;
import org.guildhall.api.CrmRecord;
import org.guildhall.api.Searchable;
import org.guildhall.model.StoredRecord;

/** Say here what it is. */
@Entity
@CrmRecord(plural = "${record}s", title = "{name}")
public class ${recordName} extends StoredRecord {
    @NotNull
    @Size(max = 100)
    @Searchable
    private String name;
}
