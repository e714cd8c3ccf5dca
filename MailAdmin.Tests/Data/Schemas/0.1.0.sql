CREATE TABLE IF NOT EXISTS "__EFMigrationsHistory" (
    "MigrationId" TEXT NOT NULL CONSTRAINT "PK___EFMigrationsHistory" PRIMARY KEY,
    "ProductVersion" TEXT NOT NULL
);

BEGIN TRANSACTION;
CREATE TABLE "Administrators" (
    "Id" INTEGER NOT NULL CONSTRAINT "PK_Administrators" PRIMARY KEY AUTOINCREMENT,
    "Role" INTEGER NOT NULL,
    "IsEnabled" INTEGER NOT NULL,
    "DisplayName" TEXT NOT NULL,
    "CreatedAt" INTEGER NOT NULL,
    "LastSignInAt" INTEGER NULL,
    "Revision" INTEGER NOT NULL,
    "UserName" TEXT NULL,
    "NormalizedUserName" TEXT NULL,
    "Email" TEXT NULL,
    "NormalizedEmail" TEXT NULL,
    "EmailConfirmed" INTEGER NOT NULL,
    "PasswordHash" TEXT NULL,
    "SecurityStamp" TEXT NULL,
    "ConcurrencyStamp" TEXT NULL,
    "PhoneNumber" TEXT NULL,
    "PhoneNumberConfirmed" INTEGER NOT NULL,
    "TwoFactorEnabled" INTEGER NOT NULL,
    "LockoutEnd" INTEGER NULL,
    "LockoutEnabled" INTEGER NOT NULL,
    "AccessFailedCount" INTEGER NOT NULL
);

CREATE TABLE "ApiTokens" (
    "Id" INTEGER NOT NULL CONSTRAINT "PK_ApiTokens" PRIMARY KEY AUTOINCREMENT,
    "Name" TEXT NOT NULL,
    "Role" INTEGER NOT NULL,
    "Hash" BLOB NOT NULL,
    "Prefix" TEXT NOT NULL,
    "CreatedAt" INTEGER NOT NULL,
    "CreatedBy" TEXT NOT NULL,
    "ExpiresAt" INTEGER NULL,
    "RevokedAt" INTEGER NULL,
    "LastUsedAt" INTEGER NULL
);

CREATE TABLE "AuditEntries" (
    "Id" INTEGER NOT NULL CONSTRAINT "PK_AuditEntries" PRIMARY KEY,
    "At" INTEGER NOT NULL,
    "Actor" TEXT NOT NULL,
    "Door" TEXT NOT NULL,
    "ClientAddress" TEXT NOT NULL,
    "Action" TEXT NOT NULL,
    "Object" TEXT NOT NULL,
    "Before" TEXT NULL,
    "After" TEXT NULL,
    "Result" TEXT NOT NULL,
    "Reason" TEXT NOT NULL,
    "PreviousHash" TEXT NOT NULL,
    "Hash" TEXT NOT NULL
);

CREATE TABLE "FirstRun" (
    "Id" INTEGER NOT NULL CONSTRAINT "PK_FirstRun" PRIMARY KEY,
    "ClosedAt" INTEGER NOT NULL
);

CREATE TABLE "Hosts" (
    "Id" INTEGER NOT NULL CONSTRAINT "PK_Hosts" PRIMARY KEY AUTOINCREMENT,
    "Name" TEXT NOT NULL,
    "Kind" INTEGER NOT NULL,
    "Address" TEXT NOT NULL,
    "PostfixDirectory" TEXT NOT NULL,
    "DovecotConfiguration" TEXT NOT NULL,
    "ManagedDirectory" TEXT NOT NULL,
    "MailRoot" TEXT NOT NULL,
    "MailUser" TEXT NOT NULL,
    "LogSources" TEXT NOT NULL,
    "RequiresApproval" INTEGER NOT NULL,
    "PostmasterAddress" TEXT NULL,
    "Capabilities" TEXT NULL,
    "DesiredRevision" INTEGER NOT NULL,
    "AppliedRevision" INTEGER NOT NULL,
    "CreatedAt" INTEGER NOT NULL,
    "Revision" INTEGER NOT NULL,
    "Ports_Imaps" INTEGER NOT NULL,
    "Ports_Smtp" INTEGER NOT NULL,
    "Ports_Submission" INTEGER NOT NULL,
    "Ports_Submissions" INTEGER NOT NULL
);

CREATE TABLE "ObjectVersions" (
    "Id" INTEGER NOT NULL CONSTRAINT "PK_ObjectVersions" PRIMARY KEY AUTOINCREMENT,
    "HostId" INTEGER NOT NULL,
    "Revision" INTEGER NOT NULL,
    "Kind" TEXT NOT NULL,
    "Key" TEXT NOT NULL,
    "Before" TEXT NULL
);

CREATE TABLE "AspNetUserClaims" (
    "Id" INTEGER NOT NULL CONSTRAINT "PK_AspNetUserClaims" PRIMARY KEY AUTOINCREMENT,
    "UserId" INTEGER NOT NULL,
    "ClaimType" TEXT NULL,
    "ClaimValue" TEXT NULL,
    CONSTRAINT "FK_AspNetUserClaims_Administrators_UserId" FOREIGN KEY ("UserId") REFERENCES "Administrators" ("Id") ON DELETE CASCADE
);

CREATE TABLE "AspNetUserLogins" (
    "LoginProvider" TEXT NOT NULL,
    "ProviderKey" TEXT NOT NULL,
    "ProviderDisplayName" TEXT NULL,
    "UserId" INTEGER NOT NULL,
    CONSTRAINT "PK_AspNetUserLogins" PRIMARY KEY ("LoginProvider", "ProviderKey"),
    CONSTRAINT "FK_AspNetUserLogins_Administrators_UserId" FOREIGN KEY ("UserId") REFERENCES "Administrators" ("Id") ON DELETE CASCADE
);

CREATE TABLE "AspNetUserTokens" (
    "UserId" INTEGER NOT NULL,
    "LoginProvider" TEXT NOT NULL,
    "Name" TEXT NOT NULL,
    "Value" TEXT NULL,
    CONSTRAINT "PK_AspNetUserTokens" PRIMARY KEY ("UserId", "LoginProvider", "Name"),
    CONSTRAINT "FK_AspNetUserTokens_Administrators_UserId" FOREIGN KEY ("UserId") REFERENCES "Administrators" ("Id") ON DELETE CASCADE
);

CREATE TABLE "AppliedFiles" (
    "HostId" INTEGER NOT NULL,
    "Path" TEXT NOT NULL,
    "Hash" TEXT NOT NULL,
    "Entries" INTEGER NOT NULL,
    CONSTRAINT "PK_AppliedFiles" PRIMARY KEY ("HostId", "Path"),
    CONSTRAINT "FK_AppliedFiles_Hosts_HostId" FOREIGN KEY ("HostId") REFERENCES "Hosts" ("Id") ON DELETE CASCADE
);

CREATE TABLE "Domains" (
    "Id" INTEGER NOT NULL CONSTRAINT "PK_Domains" PRIMARY KEY AUTOINCREMENT,
    "HostId" INTEGER NOT NULL,
    "Name" TEXT NOT NULL,
    "AliasOfId" INTEGER NULL,
    "MaxMailboxes" INTEGER NULL,
    "MaxAliases" INTEGER NULL,
    "DefaultQuotaBytes" INTEGER NULL,
    "MaxQuotaBytes" INTEGER NULL,
    "Note" TEXT NOT NULL,
    "TrashedUntil" INTEGER NULL,
    "CreatedAt" INTEGER NOT NULL,
    "UpdatedAt" INTEGER NOT NULL,
    "Revision" INTEGER NOT NULL,
    CONSTRAINT "FK_Domains_Domains_AliasOfId" FOREIGN KEY ("AliasOfId") REFERENCES "Domains" ("Id") ON DELETE RESTRICT,
    CONSTRAINT "FK_Domains_Hosts_HostId" FOREIGN KEY ("HostId") REFERENCES "Hosts" ("Id") ON DELETE RESTRICT
);

CREATE TABLE "Generations" (
    "Id" INTEGER NOT NULL CONSTRAINT "PK_Generations" PRIMARY KEY AUTOINCREMENT,
    "HostId" INTEGER NOT NULL,
    "FromRevision" INTEGER NOT NULL,
    "ToRevision" INTEGER NOT NULL,
    "State" INTEGER NOT NULL,
    "Actor" TEXT NOT NULL,
    "Door" TEXT NOT NULL,
    "Sentence" TEXT NOT NULL,
    "Failure" TEXT NOT NULL,
    "StartedAt" INTEGER NOT NULL,
    "FinishedAt" INTEGER NULL,
    "Steps" TEXT NOT NULL,
    CONSTRAINT "FK_Generations_Hosts_HostId" FOREIGN KEY ("HostId") REFERENCES "Hosts" ("Id") ON DELETE CASCADE
);

CREATE TABLE "AdministratorDomain" (
    "AdministratorId" INTEGER NOT NULL,
    "DomainId" INTEGER NOT NULL,
    CONSTRAINT "PK_AdministratorDomain" PRIMARY KEY ("AdministratorId", "DomainId"),
    CONSTRAINT "FK_AdministratorDomain_Administrators_AdministratorId" FOREIGN KEY ("AdministratorId") REFERENCES "Administrators" ("Id") ON DELETE CASCADE,
    CONSTRAINT "FK_AdministratorDomain_Domains_DomainId" FOREIGN KEY ("DomainId") REFERENCES "Domains" ("Id") ON DELETE CASCADE
);

CREATE TABLE "Aliases" (
    "Id" INTEGER NOT NULL CONSTRAINT "PK_Aliases" PRIMARY KEY AUTOINCREMENT,
    "DomainId" INTEGER NOT NULL,
    "Address" TEXT NOT NULL,
    "Comment" TEXT NOT NULL,
    "ExpiresAt" INTEGER NULL,
    "TrashedUntil" INTEGER NULL,
    "CreatedAt" INTEGER NOT NULL,
    "UpdatedAt" INTEGER NOT NULL,
    "Revision" INTEGER NOT NULL,
    CONSTRAINT "FK_Aliases_Domains_DomainId" FOREIGN KEY ("DomainId") REFERENCES "Domains" ("Id") ON DELETE RESTRICT
);

CREATE TABLE "ApiTokenDomain" (
    "ApiTokenId" INTEGER NOT NULL,
    "DomainId" INTEGER NOT NULL,
    CONSTRAINT "PK_ApiTokenDomain" PRIMARY KEY ("ApiTokenId", "DomainId"),
    CONSTRAINT "FK_ApiTokenDomain_ApiTokens_ApiTokenId" FOREIGN KEY ("ApiTokenId") REFERENCES "ApiTokens" ("Id") ON DELETE CASCADE,
    CONSTRAINT "FK_ApiTokenDomain_Domains_DomainId" FOREIGN KEY ("DomainId") REFERENCES "Domains" ("Id") ON DELETE CASCADE
);

CREATE TABLE "Mailboxes" (
    "Id" INTEGER NOT NULL CONSTRAINT "PK_Mailboxes" PRIMARY KEY AUTOINCREMENT,
    "DomainId" INTEGER NOT NULL,
    "Address" TEXT NOT NULL,
    "DisplayName" TEXT NOT NULL,
    "Note" TEXT NOT NULL,
    "State" INTEGER NOT NULL,
    "PasswordHash" TEXT NULL,
    "PasswordChangedAt" INTEGER NULL,
    "QuotaBytes" INTEGER NULL,
    "TrashedUntil" INTEGER NULL,
    "CreatedAt" INTEGER NOT NULL,
    "UpdatedAt" INTEGER NOT NULL,
    "Revision" INTEGER NOT NULL,
    CONSTRAINT "FK_Mailboxes_Domains_DomainId" FOREIGN KEY ("DomainId") REFERENCES "Domains" ("Id") ON DELETE RESTRICT
);

CREATE TABLE "GenerationFiles" (
    "Id" INTEGER NOT NULL CONSTRAINT "PK_GenerationFiles" PRIMARY KEY AUTOINCREMENT,
    "GenerationId" INTEGER NOT NULL,
    "Path" TEXT NOT NULL,
    "Sentence" TEXT NOT NULL,
    "BeforeHash" TEXT NULL,
    "AfterHash" TEXT NULL,
    "Difference" BLOB NOT NULL,
    CONSTRAINT "FK_GenerationFiles_Generations_GenerationId" FOREIGN KEY ("GenerationId") REFERENCES "Generations" ("Id") ON DELETE CASCADE
);

CREATE TABLE "AliasTargets" (
    "AliasId" INTEGER NOT NULL,
    "Position" INTEGER NOT NULL,
    "Target" TEXT NOT NULL,
    CONSTRAINT "PK_AliasTargets" PRIMARY KEY ("AliasId", "Position"),
    CONSTRAINT "FK_AliasTargets_Aliases_AliasId" FOREIGN KEY ("AliasId") REFERENCES "Aliases" ("Id") ON DELETE CASCADE
);

CREATE TABLE "SenderRights" (
    "Id" INTEGER NOT NULL CONSTRAINT "PK_SenderRights" PRIMARY KEY AUTOINCREMENT,
    "MailboxId" INTEGER NOT NULL,
    "Sender" TEXT NOT NULL,
    CONSTRAINT "FK_SenderRights_Mailboxes_MailboxId" FOREIGN KEY ("MailboxId") REFERENCES "Mailboxes" ("Id") ON DELETE CASCADE
);

CREATE INDEX "IX_AdministratorDomain_DomainId" ON "AdministratorDomain" ("DomainId");

CREATE INDEX "EmailIndex" ON "Administrators" ("NormalizedEmail");

CREATE UNIQUE INDEX "UserNameIndex" ON "Administrators" ("NormalizedUserName");

CREATE UNIQUE INDEX "IX_Aliases_Address" ON "Aliases" ("Address");

CREATE INDEX "IX_Aliases_DomainId_TrashedUntil_Address_UpdatedAt_ExpiresAt_Comment" ON "Aliases" ("DomainId", "TrashedUntil", "Address", "UpdatedAt", "ExpiresAt", "Comment");

CREATE INDEX "IX_Aliases_DomainId_TrashedUntil_ExpiresAt_Address" ON "Aliases" ("DomainId", "TrashedUntil", "ExpiresAt", "Address");

CREATE INDEX "IX_Aliases_DomainId_TrashedUntil_UpdatedAt_Address" ON "Aliases" ("DomainId", "TrashedUntil", "UpdatedAt", "Address");

CREATE INDEX "IX_Aliases_TrashedUntil_Address" ON "Aliases" ("TrashedUntil", "Address");

CREATE INDEX "IX_Aliases_TrashedUntil_ExpiresAt_Address" ON "Aliases" ("TrashedUntil", "ExpiresAt", "Address");

CREATE INDEX "IX_Aliases_TrashedUntil_UpdatedAt_Address" ON "Aliases" ("TrashedUntil", "UpdatedAt", "Address");

CREATE INDEX "IX_AliasTargets_Target_AliasId" ON "AliasTargets" ("Target", "AliasId");

CREATE INDEX "IX_ApiTokenDomain_DomainId" ON "ApiTokenDomain" ("DomainId");

CREATE UNIQUE INDEX "IX_ApiTokens_Hash" ON "ApiTokens" ("Hash");

CREATE INDEX "IX_AspNetUserClaims_UserId" ON "AspNetUserClaims" ("UserId");

CREATE INDEX "IX_AspNetUserLogins_UserId" ON "AspNetUserLogins" ("UserId");

CREATE INDEX "IX_AuditEntries_Action_Id" ON "AuditEntries" ("Action", "Id");

CREATE INDEX "IX_AuditEntries_Actor_Id" ON "AuditEntries" ("Actor", "Id");

CREATE INDEX "IX_AuditEntries_At" ON "AuditEntries" ("At");

CREATE INDEX "IX_AuditEntries_Object_Id" ON "AuditEntries" ("Object", "Id");

CREATE INDEX "IX_Domains_AliasOfId" ON "Domains" ("AliasOfId");

CREATE INDEX "IX_Domains_HostId" ON "Domains" ("HostId");

CREATE UNIQUE INDEX "IX_Domains_Name" ON "Domains" ("Name");

CREATE INDEX "IX_GenerationFiles_GenerationId_Path" ON "GenerationFiles" ("GenerationId", "Path");

CREATE INDEX "IX_Generations_HostId_State" ON "Generations" ("HostId", "State");

CREATE UNIQUE INDEX "IX_Hosts_Name" ON "Hosts" ("Name");

CREATE UNIQUE INDEX "IX_Mailboxes_Address" ON "Mailboxes" ("Address");

CREATE INDEX "IX_Mailboxes_DomainId_TrashedUntil_Address_DisplayName_State_QuotaBytes_UpdatedAt_Note" ON "Mailboxes" ("DomainId", "TrashedUntil", "Address", "DisplayName", "State", "QuotaBytes", "UpdatedAt", "Note");

CREATE INDEX "IX_Mailboxes_DomainId_TrashedUntil_DisplayName_Address" ON "Mailboxes" ("DomainId", "TrashedUntil", "DisplayName", "Address");

CREATE INDEX "IX_Mailboxes_DomainId_TrashedUntil_QuotaBytes_Address" ON "Mailboxes" ("DomainId", "TrashedUntil", "QuotaBytes", "Address");

CREATE INDEX "IX_Mailboxes_DomainId_TrashedUntil_State_Address" ON "Mailboxes" ("DomainId", "TrashedUntil", "State", "Address");

CREATE INDEX "IX_Mailboxes_DomainId_TrashedUntil_UpdatedAt_Address" ON "Mailboxes" ("DomainId", "TrashedUntil", "UpdatedAt", "Address");

CREATE INDEX "IX_Mailboxes_TrashedUntil_Address" ON "Mailboxes" ("TrashedUntil", "Address");

CREATE INDEX "IX_Mailboxes_TrashedUntil_DisplayName_Address" ON "Mailboxes" ("TrashedUntil", "DisplayName", "Address");

CREATE INDEX "IX_Mailboxes_TrashedUntil_QuotaBytes_Address" ON "Mailboxes" ("TrashedUntil", "QuotaBytes", "Address");

CREATE INDEX "IX_Mailboxes_TrashedUntil_State_Address" ON "Mailboxes" ("TrashedUntil", "State", "Address");

CREATE INDEX "IX_Mailboxes_TrashedUntil_UpdatedAt_Address" ON "Mailboxes" ("TrashedUntil", "UpdatedAt", "Address");

CREATE INDEX "IX_ObjectVersions_HostId_Revision_Kind_Key" ON "ObjectVersions" ("HostId", "Revision", "Kind", "Key");

CREATE UNIQUE INDEX "IX_SenderRights_MailboxId_Sender" ON "SenderRights" ("MailboxId", "Sender");

CREATE INDEX "IX_SenderRights_Sender" ON "SenderRights" ("Sender");

INSERT INTO "__EFMigrationsHistory" ("MigrationId", "ProductVersion")
VALUES ('20261122153605_Initial', '10.0.14');

COMMIT;

