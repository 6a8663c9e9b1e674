// Command image defines homecare's container image and builds it without a container engine: an OCI image layout
// in one tar file, for docker load and registry tools. The same inputs give the same bytes: file times are
// SOURCE_DATE_EPOCH, owners are numbers, entries have a fixed order.
//
//	go run ./internal/tool/image -binary bin/homecare-linux-amd64 -out bin/homecare-image.tar
//
// The image contains the program, the machine's CA certificates, a user list
// with one unprivileged user, and the empty folders that this user writes to.
// Time zones are linked into the program. There is no shell and no PostgreSQL
// client: a backup runs beside the database, not in this image.
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"strconv"
	"time"
)

func main() {
	if err := writeImage(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "image:", err)
		os.Exit(1)
	}
}

func writeImage(args []string) error {
	f := flag.NewFlagSet("image", flag.ContinueOnError)
	in := input{Arch: "amd64"}
	var binary, certs, out string
	f.StringVar(&binary, "binary", "", "static Linux program")
	f.StringVar(&certs, "certs", "/etc/ssl/certs/ca-certificates.crt", "CA certificates; empty leaves them out")
	f.StringVar(&in.Arch, "arch", in.Arch, "processor of the program")
	f.StringVar(&in.Version, "version", "development", "written into the image's labels and name")
	f.StringVar(&out, "out", "", "tar file to write")
	if err := f.Parse(args); err != nil {
		return err
	}
	epoch, err := strconv.ParseInt(os.Getenv("SOURCE_DATE_EPOCH"), 10, 64)
	if err != nil {
		return errors.New("SOURCE_DATE_EPOCH must be the commit's time in seconds: git log -1 --format=%ct")
	}
	in.Time = time.Unix(epoch, 0).UTC()
	if in.Binary, err = os.ReadFile(binary); err != nil {
		return fmt.Errorf("-binary: %w", err)
	}
	if err := static(in.Binary); err != nil {
		return fmt.Errorf("%s: %w", binary, err)
	}
	if certs != "" {
		if in.Certs, err = os.ReadFile(certs); err != nil {
			return fmt.Errorf("-certs (Debian: package ca-certificates): %w", err)
		}
	}
	tarball, digest, err := build(in)
	if err != nil {
		return err
	}
	if err := os.WriteFile(out, tarball, 0o644); err != nil {
		return err
	}
	fmt.Printf("%s %s\n", digest, out)
	return nil
}
