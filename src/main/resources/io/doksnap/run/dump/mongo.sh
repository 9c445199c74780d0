# All databases as one archive that mongorestore loads. The password goes by standard input, where ps does not show it.
need mongodump
user=$(secret MONGO_INITDB_ROOT_USERNAME)
if [ -n "$user" ]; then
    secret MONGO_INITDB_ROOT_PASSWORD | mongodump --archive --username="$user" --authenticationDatabase=admin
else
    exec mongodump --archive </dev/null
fi
