# Classes with methods; the same program with records is records.na.


class Vector:
    def __init__(self, x, y):
        self.x = x
        self.y = y

    def plus(self, other):
        return Vector(self.x + other.x, self.y + other.y)

    def scaled(self, factor):
        return Vector(self.x * factor, self.y * factor)


class Account:
    def __init__(self, owner, balance=0, moves=0):
        self.owner = owner
        self.balance = balance
        self.moves = moves

    def deposit(self, amount):
        self.balance += amount
        self.moves += 1

    def withdraw(self, amount):
        if amount > self.balance:
            return False
        self.balance -= amount
        self.moves += 1
        return True


position = Vector(0.0, 0.0)
speed = Vector(x=1.0, y=0.5)
for step in range(200000):
    position = position.plus(speed.scaled(0.001))
print(round(position.x, 6), round(position.y, 6))

accounts = [Account(owner=f"owner {n}") for n in range(100)]
refused = 0
for turn in range(300000):
    account = accounts[turn % 100]
    if turn % 3 == 0:
        account.deposit(turn % 50)
    elif not account.withdraw(turn % 17):
        refused += 1
print(refused, sum([account.balance for account in accounts]), accounts[7].moves)
