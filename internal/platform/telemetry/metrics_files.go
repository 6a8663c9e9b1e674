package telemetry

import (
	"context"
	"errors"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"syscall"
	"time"
)

// stamps are the files in HOMECARE_STATUS_DIR whose modification time is the
// last success. A job touches its file after success (systemd: ExecStartPost,
// which runs only then).
var stamps = map[string]string{
	"homecare_backup_age_seconds":        "backup.ok",
	"homecare_restore_check_age_seconds": "restore-check.ok",
}

// AddStatusDir registers the age in seconds of the last backup and of the last
// rehearsed restore; +Inf if there was none.
func (m *Metrics) AddStatusDir(dir string) {
	m.AddSource(Source{Name: "status_dir", Every: 30 * time.Second, Timeout: 5 * time.Second,
		Figures: []Figure{
			{Name: "homecare_backup_age_seconds",
				Help: "Since the last backup that succeeded; +Inf when there was none."},
			{Name: "homecare_restore_check_age_seconds",
				Help: "Since the last restore check that succeeded; +Inf when there was none."},
		},
		Read: func(context.Context) ([]Sample, error) {
			var out []Sample
			for name, file := range stamps {
				age := math.Inf(1)
				info, err := os.Stat(filepath.Join(dir, file))
				if err != nil && !errors.Is(err, fs.ErrNotExist) {
					return nil, err
				}
				if err == nil {
					age = time.Since(info.ModTime()).Seconds()
				}
				out = append(out, Sample{Name: name, Value: age})
			}
			return out, nil
		}})
}

// AddDisk registers free and total size of the file system of dir.
func (m *Metrics) AddDisk(folder, dir string) {
	m.AddSource(Source{Name: "disk_" + folder, Every: 30 * time.Second, Timeout: 5 * time.Second,
		Figures: []Figure{
			{Name: "homecare_disk_free_bytes", Help: "Free on the file system of this folder, for an ordinary user.",
				Label: "folder"},
			{Name: "homecare_disk_size_bytes", Help: "Whole size of the file system of this folder.", Label: "folder"},
		},
		Read: func(context.Context) ([]Sample, error) {
			var st syscall.Statfs_t
			if err := syscall.Statfs(dir, &st); err != nil {
				return nil, err
			}
			return []Sample{
				{"homecare_disk_free_bytes", folder, float64(st.Bavail) * float64(st.Bsize)},
				{"homecare_disk_size_bytes", folder, float64(st.Blocks) * float64(st.Bsize)},
			}, nil
		}})
}
