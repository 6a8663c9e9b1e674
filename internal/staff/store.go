package staff

import "time"

// account is a row of the table. Tagged fields that are empty are left to the
// database: not every role may write them.
type account struct {
	ID, Username, Name, Rank, Position string
	NIP                                *string `gorm:"column:nip"` // without the tag GORM would split the name
	Email                              *string
	PasswordHash                       string `gorm:"default:null"`
	MadeIn                             *int16 `gorm:"default:null"`
}

// membership is a row of the table.
type membership struct {
	ID, AccountID, Role, Profession string
	PuskesmasID                     *int16
	Since                           time.Time `gorm:"default:null"` // the earliest time for an account of the shell
}
