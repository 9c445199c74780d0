# The data set as a file that the server loads when it starts.
exec "$client" --rdb - </dev/null
