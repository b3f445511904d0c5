// Verifies a running log, or a folder in its layout, with the transparency-log code that the Go tool itself trusts.
//
//	verifier <base URL or folder> <vkey> [file...]
//
// It opens the checkpoint, rebuilds the tree from every entry, reads every leaf hash through tiles that it authenticates
// against the root, and proves entries. Files are proofs that the log made:
//
//	*.checkpoint   an earlier checkpoint, of which this tree must be a continuation
//	*.tlog-proof   a receipt, which must prove its entry and whose checkpoint this tree must continue
//	*.consistency  JSON: old_size, old_root, new_size, new_root, proof (hashes in base64)
//
// It prints a JSON summary, or the first thing that is wrong on standard error and exits with 1.
package main

import (
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"verifier/note"
	"verifier/tlog"
)

const tileWidth = 256

type summary struct {
	Origin string `json:"origin"`
	Size   int64  `json:"size"`
	Root   string `json:"root"`
	Files  int    `json:"files"`
}

func main() {
	if len(os.Args) < 3 {
		fail(errors.New("usage: verifier <base URL or folder> <vkey> [file...]"))
	}
	result, err := verify(os.Args[1], os.Args[2], os.Args[3:])
	if err != nil {
		fail(err)
	}
	json.NewEncoder(os.Stdout).Encode(result)
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}

func verify(base, vkey string, files []string) (*summary, error) {
	key, err := note.NewVerifier(vkey)
	if err != nil {
		return nil, fmt.Errorf("vkey: %w", err)
	}
	data, err := read(base, "checkpoint")
	if err != nil {
		return nil, err
	}
	tree, err := openCheckpoint(data, key)
	if err != nil {
		return nil, fmt.Errorf("checkpoint: %w", err)
	}
	hashes := tlog.TileHashReader(tree, &tiles{base: base})
	if err := checkEntries(base, tree, hashes); err != nil {
		return nil, err
	}
	for _, name := range files {
		if err := checkFile(name, key, tree, hashes); err != nil {
			return nil, fmt.Errorf("%s: %w", filepath.Base(name), err)
		}
	}
	return &summary{key.Name(), tree.N, tree.Hash.String(), len(files)}, nil
}

func openCheckpoint(data []byte, key note.Verifier) (tlog.Tree, error) {
	opened, err := note.Open(data, note.VerifierList(key))
	if err != nil {
		return tlog.Tree{}, err
	}
	lines := strings.Split(opened.Text, "\n")
	if len(lines) != 4 || lines[0] != key.Name() {
		return tlog.Tree{}, fmt.Errorf("not a checkpoint of %s: %q", key.Name(), opened.Text)
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil || strconv.FormatInt(size, 10) != lines[1] {
		return tlog.Tree{}, fmt.Errorf("size %q", lines[1])
	}
	root, err := tlog.ParseHash(lines[2])
	return tlog.Tree{N: size, Hash: root}, err
}

// checkEntries rebuilds the tree from the entry bundles, finds each leaf hash in its tile, and proves the first and the
// last entry of each bundle under the root.
func checkEntries(base string, tree tlog.Tree, hashes tlog.HashReader) error {
	var stored []tlog.Hash
	rebuilt := tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
		found := make([]tlog.Hash, len(indexes))
		for i, index := range indexes {
			found[i] = stored[index]
		}
		return found, nil
	})
	for first := int64(0); first < tree.N; first += tileWidth {
		entries, err := readBundle(base, first/tileWidth, min(tileWidth, tree.N-first))
		if err != nil {
			return err
		}
		for i, entry := range entries {
			more, err := tlog.StoredHashes(first+int64(i), entry, rebuilt)
			if err != nil {
				return err
			}
			stored = append(stored, more...)
		}
	}
	root, err := tlog.TreeHash(tree.N, rebuilt)
	if err != nil {
		return err
	}
	if root != tree.Hash {
		return fmt.Errorf("the entries have root %v, the checkpoint %v", root, tree.Hash)
	}
	for first := int64(0); first < tree.N; first += tileWidth {
		if err := checkTile(first, min(first+tileWidth, tree.N), stored, tree, hashes); err != nil {
			return err
		}
	}
	return nil
}

func checkTile(first, end int64, stored []tlog.Hash, tree tlog.Tree, hashes tlog.HashReader) error {
	indexes := make([]int64, end-first)
	for i := range indexes {
		indexes[i] = tlog.StoredHashIndex(0, first+int64(i))
	}
	leaves, err := hashes.ReadHashes(indexes)
	if err != nil {
		return err
	}
	for i, leaf := range leaves {
		if leaf != stored[indexes[i]] {
			return fmt.Errorf("entry %d: its tile has another hash than its bundle", first+int64(i))
		}
	}
	for _, index := range []int64{first, end - 1} {
		proof, err := tlog.ProveRecord(tree.N, index, hashes)
		if err != nil {
			return err
		}
		if err := tlog.CheckRecord(proof, tree.N, tree.Hash, index, leaves[index-first]); err != nil {
			return fmt.Errorf("entry %d: %w", index, err)
		}
	}
	return nil
}

func checkFile(name string, key note.Verifier, tree tlog.Tree, hashes tlog.HashReader) error {
	data, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	switch filepath.Ext(name) {
	case ".checkpoint":
		old, err := openCheckpoint(data, key)
		if err != nil {
			return err
		}
		return checkContinues(old, tree, hashes)
	case ".tlog-proof":
		return checkReceipt(data, key, tree, hashes)
	case ".consistency":
		return checkConsistency(data)
	}
	return errors.New("a file of unknown kind")
}

func checkContinues(old, tree tlog.Tree, hashes tlog.HashReader) error {
	if old.N == 0 {
		return nil // tlog has no proof from an empty tree, and none is needed.
	}
	proof, err := tlog.ProveTree(tree.N, old.N, hashes)
	if err != nil {
		return err
	}
	return tlog.CheckTree(proof, tree.N, tree.Hash, old.N, old.Hash)
}

func checkReceipt(data []byte, key note.Verifier, tree tlog.Tree, hashes tlog.HashReader) error {
	head, checkpoint, _ := strings.Cut(string(data), "\n\n")
	lines := strings.Split(head, "\n")
	if len(lines) < 3 || lines[0] != "c2sp.org/tlog-proof@v1" {
		return fmt.Errorf("not a receipt: %q", lines[0])
	}
	extra, hasExtra := strings.CutPrefix(lines[1], "extra ")
	number, hasIndex := strings.CutPrefix(lines[2], "index ")
	entry, err1 := base64.StdEncoding.DecodeString(extra)
	index, err2 := strconv.ParseInt(number, 10, 64)
	if !hasExtra || !hasIndex || err1 != nil || err2 != nil {
		return errors.New("its extra or index line does not parse")
	}
	proof, err := parseHashes(lines[3:])
	if err != nil {
		return err
	}
	signed, err := openCheckpoint([]byte(checkpoint), key)
	if err != nil {
		return err
	}
	if err := tlog.CheckRecord(proof, signed.N, signed.Hash, index, tlog.RecordHash(entry)); err != nil {
		return err
	}
	return checkContinues(signed, tree, hashes)
}

func checkConsistency(data []byte) error {
	var claim struct {
		OldSize int64     `json:"old_size"`
		OldRoot tlog.Hash `json:"old_root"`
		NewSize int64     `json:"new_size"`
		NewRoot tlog.Hash `json:"new_root"`
		Proof   []string  `json:"proof"`
	}
	if err := json.Unmarshal(data, &claim); err != nil {
		return err
	}
	proof, err := parseHashes(claim.Proof)
	if err != nil {
		return err
	}
	return tlog.CheckTree(proof, claim.NewSize, claim.NewRoot, claim.OldSize, claim.OldRoot)
}

func parseHashes(lines []string) ([]tlog.Hash, error) {
	hashes := make([]tlog.Hash, len(lines))
	for i, line := range lines {
		hash, err := tlog.ParseHash(line)
		if err != nil {
			return nil, err
		}
		hashes[i] = hash
	}
	return hashes, nil
}

// tiles reads a log's tiles. Go's own paths begin with the tile height, which C2SP's leave out.
type tiles struct {
	base string
	read map[tlog.Tile][]byte
}

func (t *tiles) Height() int { return 8 }

func (t *tiles) ReadTiles(wanted []tlog.Tile) ([][]byte, error) {
	data := make([][]byte, len(wanted))
	for i, tile := range wanted {
		if held, ok := t.read[tile]; ok {
			data[i] = held
			continue
		}
		fetched, err := read(t.base, "tile/"+strings.TrimPrefix(tile.Path(), "tile/8/"))
		if err != nil {
			return nil, err
		}
		data[i] = fetched
	}
	return data, nil
}

func (t *tiles) SaveTiles(verified []tlog.Tile, data [][]byte) {
	if t.read == nil {
		t.read = make(map[tlog.Tile][]byte)
	}
	for i, tile := range verified {
		t.read[tile] = data[i]
	}
}

func readBundle(base string, n, width int64) ([][]byte, error) {
	path := tlog.Tile{H: 8, L: -1, N: n, W: int(width)}.Path()
	data, err := read(base, "tile/entries/"+strings.TrimPrefix(path, "tile/8/data/"))
	if err != nil {
		return nil, err
	}
	var entries [][]byte
	for len(data) > 0 {
		if len(data) < 2 || len(data) < 2+int(binary.BigEndian.Uint16(data)) {
			return nil, fmt.Errorf("bundle %d is cut short", n)
		}
		end := 2 + int(binary.BigEndian.Uint16(data))
		entries, data = append(entries, data[2:end]), data[end:]
	}
	if int64(len(entries)) != width {
		return nil, fmt.Errorf("bundle %d holds %d entries, not %d", n, len(entries), width)
	}
	return entries, nil
}

func read(base, path string) ([]byte, error) {
	if !strings.HasPrefix(base, "http://") {
		return os.ReadFile(filepath.Join(base, path))
	}
	answer, err := http.Get(strings.TrimSuffix(base, "/") + "/" + path)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%s: %s", path, answer.Status)
	}
	return io.ReadAll(answer.Body)
}
