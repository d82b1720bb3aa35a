package frame

import (
	"fmt"
	"strings"
	"time"
)

// CheckZone refuses what is not the name of a time zone that means the same everywhere.
func CheckZone(name string) error {
	machinesOwn := name == time.Local.String() || name == "localtime" || strings.HasPrefix(name, "posix") || strings.HasPrefix(name, "right/")
	if _, err := time.LoadLocation(name); err != nil || name == "" || machinesOwn {
		return fmt.Errorf("found %q; want an IANA time zone, such as America/Sao_Paulo or UTC", name)
	}
	return nil
}
